//! What no single crate can test. The tests are in `tests/tests/`.
