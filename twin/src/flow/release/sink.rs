//! The way out: parts leave the plant finished.

use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Compile, Ctx, Equipment};
use crate::id::{LinkId, PartId};

/// `Sink`: takes every part at once and ends its life as finished, with all that it holds. Its lead time and tardiness are
/// taken here. With `scrap: true` it is a bin: what comes in is lost.
#[derive(Debug)]
pub struct Sink {
    scrap: bool,
}

/// The parameters of a sink.
#[derive(Debug, Default, Deserialize)]
#[serde(rename = "Sink", deny_unknown_fields, default)]
pub struct SinkSpec {
    /// Whether what comes here is lost and not finished. Default: no.
    pub scrap: bool,
}

/// A sink has nothing to remember.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Nothing;

impl Equipment for Sink {
    const KIND: &'static str = "Sink";
    const OUTPUTS: &'static [&'static str] = &[];
    type Spec = SinkSpec;
    type State = Nothing;

    fn compile(spec: SinkSpec, _cx: &mut Compile<'_>) -> Self {
        Self { scrap: spec.scrap }
    }

    fn initial(&self) -> Nothing {
        Nothing
    }

    fn is_sink(&self) -> bool {
        true
    }

    fn has_endless_room(&self) -> bool {
        true
    }

    fn start(&self, _state: &mut Nothing, cx: &mut Ctx<'_>) {
        cx.open_endless();
        cx.set_activity(0, Activity::Working);
    }

    fn on_enter(&self, _state: &mut Nothing, cx: &mut Ctx<'_>, part: PartId, _link: LinkId) {
        if self.scrap {
            cx.scrap(part);
        } else {
            cx.finish(part);
        }
    }

    fn contents(&self, _state: &Nothing, _out: &mut Vec<PartId>) {}
}
