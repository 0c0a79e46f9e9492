//! A panel that fails must not take the plant along.
//!
//! What panels draw is worked out anew in every frame, and what they change are commands that are obeyed later. So whatever a panel leaves
//! half done when it panics, is dropped with what it remembers; the run, the plant's file and its history are behind it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `draw`.
///
/// # Errors
///
/// What it said, if it panicked. Everything that it was about to change has to be given up then.
pub fn shielded<T>(draw: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(draw)).map_err(|cause| told(&*cause))
}

fn told(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().copied();
    let text = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no reason was given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_told() {
        assert_eq!(shielded(|| 3), Ok(3));
        let empty: [u8; 0] = [];
        let told = shielded(|| empty[std::hint::black_box(2)]).unwrap_err();
        assert!(told.contains("out of bounds"), "{told}");
    }
}
