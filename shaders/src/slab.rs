//! Fields larger than one binding: slabs of planes, each bound as a window of one buffer.
//!
//! A storage binding is limited (128 MiB by default, 2 GiB on most devices), a buffer much less so. So a field stays one buffer, and a
//! kernel runs once for each slab of z-planes with a window bound that holds the slab and the planes beside it that its
//! stencil reaches. No halo is copied. Windows begin at multiples of what the device asks for, so the first value of a
//! window lies [`Window::shift`] values before the first plane that was asked for; kernels get that number as an immediate.

use std::ops::Range;

/// A part of a buffer that holds some planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First byte in the buffer: a multiple of the alignment.
    pub offset: u64,
    /// Bytes.
    pub bytes: u64,
    /// Values of 4 bytes between the first of the window and the first of plane [`first`](Self::first).
    pub shift: u32,
    /// The first plane that is wholly in the window.
    pub first: u32,
}

/// A slab: the planes that one dispatch works on, and the window with its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slab {
    /// The planes.
    pub planes: Range<u32>,
    /// What is to be bound.
    pub window: Window,
}

/// Cuts `planes` planes of `values` 4-byte values each into slabs whose windows, with `halo` planes on either side, hold at most
/// `most` bytes and begin at multiples of `alignment` bytes. As few slabs as possible, of nearly the same size.
///
/// None, if even one plane with its halo does not fit.
pub fn slabs(
    planes: usize,
    values: usize,
    halo: usize,
    most: u64,
    alignment: u64,
) -> Option<Vec<Slab>> {
    let plane = values as u64 * 4;
    let fitting = (most.saturating_sub(alignment) / plane.max(1)) as usize;
    let whole = planes as u64 * plane <= most;
    let depth = if whole { planes } else { fitting.checked_sub(2 * halo).filter(|d| *d > 0)? };
    let count = planes.div_ceil(depth.max(1)).max(1);
    let cut = |n: usize| planes * n / count;
    let slab = |n: usize| {
        let (from, to) = (cut(n), cut(n + 1));
        let first = from.saturating_sub(halo);
        let last = (to + halo).min(planes);
        let begin = first as u64 * plane;
        let offset = begin / alignment * alignment;
        let window = Window {
            offset,
            bytes: last as u64 * plane - offset,
            shift: ((begin - offset) / 4) as u32,
            first: first as u32,
        };
        Slab { planes: from as u32..to as u32, window }
    };
    Some((0..count).map(slab).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_field_is_one_slab() {
        let cut = slabs(10, 100, 1, 1 << 20, 256);
        let window = Window { offset: 0, bytes: 4000, shift: 0, first: 0 };
        assert_eq!(cut, Some(vec![Slab { planes: 0..10, window }]));
    }

    #[test]
    fn slabs_cover_all_planes_and_windows_their_halo() {
        for (planes, values, halo, most) in [
            (100, 77, 1, 3000),
            (100, 77, 2, 3000),
            (7, 1000, 1, 16_400),
            (64, 64 * 64, 1, 1 << 17),
        ] {
            let cut = slabs(planes, values, halo, most, 256).unwrap_or_default();
            assert!(cut.len() > 1);
            let mut next = 0;
            for Slab { planes: own, window } in cut {
                assert_eq!(own.start, next);
                assert!(own.end > own.start && window.bytes <= most && window.offset % 256 == 0);
                let from = window.offset + u64::from(window.shift) * 4;
                assert_eq!(from, u64::from(window.first) * values as u64 * 4);
                assert_eq!(window.first, own.start.saturating_sub(halo as u32));
                let last = (own.end + halo as u32).min(planes as u32);
                assert_eq!(window.offset + window.bytes, u64::from(last) * values as u64 * 4);
                next = own.end;
            }
            assert_eq!(next, planes as u32);
        }
    }

    #[test]
    fn a_plane_that_does_not_fit_is_refused() {
        assert_eq!(slabs(10, 1000, 1, 4096, 256), None);
    }
}
