//! What compiles and what does not: the cases are in `tests/ui`, run by `tests/ui.rs`.
