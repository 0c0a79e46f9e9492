//! What no single crate can test. The tests are in `tests/tests/`; here is what they share.

pub mod dice;
pub mod plants;
pub mod traffic;
pub mod watch;
