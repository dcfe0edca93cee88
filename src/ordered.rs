//! Long texts: their parts are written on all cores and taken in order, and the whole is never held.

use rayon::prelude::*;
use std::ops::Range;

/// Parts a thread that are written while those before are taken.
const AHEAD: usize = 4;

/// Parts of so many each, and the rest.
pub fn parts(count: usize, size: usize) -> Vec<Range<usize>> {
    let starts = (0..count).step_by(size.max(1));
    starts.map(|start| start..start.saturating_add(size).min(count)).collect()
}

/// Has every part written by `write`, and takes them one after another while the next are written.
///
/// # Errors
/// The first that `take` gives; nothing more is taken then.
pub fn in_order<E: Send>(
    parts: &[Range<usize>],
    write: impl Fn(Range<usize>, &mut Vec<u8>) + Sync,
    mut take: impl FnMut(&[u8]) -> Result<(), E> + Send,
) -> Result<(), E> {
    let ahead = rayon::current_num_threads().saturating_mul(AHEAD);
    let (mut before, mut after) = (vec![Vec::new(); ahead], vec![Vec::new(); ahead]);
    for next in parts.chunks(ahead) {
        let written = next.par_iter().zip(&mut after).with_max_len(1);
        let each = |(part, out): (&Range<usize>, &mut Vec<u8>)| {
            out.clear();
            write(part.clone(), out);
        };
        let taking = || before.iter().try_for_each(|part: &Vec<u8>| take(part));
        let (taken, ()) = rayon::join(taking, || written.for_each(each));
        taken?;
        after.iter_mut().skip(next.len()).for_each(Vec::clear);
        std::mem::swap(&mut before, &mut after);
    }
    before.iter().try_for_each(|part| take(part))
}

#[cfg(test)]
mod tests {
    use super::{in_order, parts};

    #[test]
    fn parts_are_taken_in_order_and_none_twice() {
        for count in [0, 1, 7, 1_000] {
            let mut all = Vec::new();
            let write = |part: std::ops::Range<usize>, out: &mut Vec<u8>| {
                part.for_each(|number| out.extend(format!("{number} ").bytes()));
            };
            let take = |part: &[u8]| {
                all.extend_from_slice(part);
                Ok::<(), ()>(())
            };
            in_order(&parts(count, 3), write, take).unwrap();
            let expected: String = (0..count).map(|number| format!("{number} ")).collect();
            assert_eq!(String::from_utf8(all).unwrap(), expected);
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        let mut taken = 0;
        let take = |_: &[u8]| {
            taken += 1;
            if taken == 3 { Err("full") } else { Ok(()) }
        };
        assert_eq!(in_order(&parts(1_000, 1), |_, out| out.push(b'.'), take), Err("full"));
        assert_eq!(taken, 3);
    }
}
