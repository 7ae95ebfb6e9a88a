"""Token-level environments, templates and tokenizers.

Nothing is imported here: `import r1gym` passes through on its way to the registration.
"""
