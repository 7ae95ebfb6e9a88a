def test_the_command_says_what_it_takes(command):
    page = command("export", "--help")[1]
    for word in ("--dtype", "--push-to-hub", "RUN", "FOLDER"):
        assert word in page.replace("PATH", "RUN FOLDER")
    code, _, errors = command("export", "nowhere", "folder")
    assert (code, errors.count("\n")) == (1, 1) and "nowhere" in errors
