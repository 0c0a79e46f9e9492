//! Switching outputs: what is seen, and the signal that comes of it.
//!
//! An output follows what is seen once that has stayed so for the response time; what passes sooner does not show. Times are whole
//! nanoseconds, so that edges fall on ticks exactly.

use serde::{Deserialize, Serialize};

/// How long what is seen must stay so before the output follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Before it switches on, ns.
    pub on_ns: i64,
    /// Before it switches off, ns.
    pub off_ns: i64,
}

/// An output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    seen: bool,
    since_ns: i64,
    on: bool,
}

/// A change of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// When it switched, ns.
    pub at_ns: i64,
    /// What it is from then on.
    pub on: bool,
    /// When what it shows began, as seen, ns.
    pub seen_ns: i64,
}

impl Signal {
    /// Whether the output is on.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// Whether something is seen, whatever the output.
    pub fn sees(self) -> bool {
        self.seen
    }

    /// Goes on to `now_ns`, when `seen` is what there is to see; it is looked at often enough to be taken as unchanged in between. An
    /// edge is stamped with the time when the response time was over.
    pub fn step(&mut self, response: Response, now_ns: i64, seen: bool) -> Option<Edge> {
        let edge = self.due(response, now_ns);
        if seen != self.seen {
            (self.seen, self.since_ns) = (seen, now_ns);
        }
        edge.or_else(|| self.due(response, now_ns))
    }

    /// When the output will have followed what is seen, ns, if that stays so; none if it has.
    pub(crate) fn due_ns(self, response: Response) -> Option<i64> {
        let wait = if self.seen { response.on_ns } else { response.off_ns };
        (self.seen != self.on).then(|| self.since_ns + wait.max(0))
    }

    fn due(&mut self, response: Response, now_ns: i64) -> Option<Edge> {
        let at_ns = self.due_ns(response).filter(|at_ns| *at_ns <= now_ns)?;
        self.on = self.seen;
        Some(Edge { at_ns, on: self.on, seen_ns: self.since_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_passes_do_not_show() {
        let response = Response { on_ns: 20, off_ns: 30 };
        let mut signal = Signal::default();
        let mut edges = Vec::new();
        for now in (0..200).step_by(10) {
            let seen = (10..20).contains(&now) || (50..120).contains(&now) || now == 140;
            edges.extend(signal.step(response, now, seen));
        }
        let edge = |at_ns, on, seen_ns| Edge { at_ns, on, seen_ns };
        // Seen at 50, off at 120, back for a moment at 140, so off for good from 150 on.
        assert_eq!(edges, [edge(70, true, 50), edge(180, false, 150)]);
    }

    #[test]
    fn without_response_time_edges_are_what_is_seen() {
        let mut signal = Signal::default();
        let seen = [false, true, true, false];
        let edges: Vec<_> = (0..)
            .zip(seen)
            .filter_map(|(t, seen)| signal.step(Response::default(), t, seen))
            .collect();
        assert_eq!(
            edges.iter().map(|edge| (edge.at_ns, edge.on)).collect::<Vec<_>>(),
            [(1, true), (3, false)]
        );
    }
}
