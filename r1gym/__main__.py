"""`python -m r1gym`, which `torchrun -m r1gym` needs: the command line."""

from r1gym.cli import main

if __name__ == "__main__":
    main()
