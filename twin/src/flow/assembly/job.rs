//! The work in hand of a machine with one position: its time, its workers, its pauses. And how much goes on a carrier.

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::engine::{Activity, Compile, Ctx, Draw, Interrupt};
use crate::id::PartId;
use crate::kernel::EventKey;
use crate::units::{SimDuration, SimTime};

/// Workers without whom a machine does not work.
#[derive(Debug, Deserialize)]
#[serde(rename = "workers", deny_unknown_fields)]
pub struct WorkersSpec {
    /// What they must be able to do: a skill, or the name of a pool.
    pub skill: String,
    /// How many. Default 1.
    #[serde(default)]
    pub n: Option<u32>,
    /// Which calls are served first; lower goes first. Default 0.
    #[serde(default)]
    pub priority: i16,
}

impl WorkersSpec {
    /// The call for them.
    pub(super) fn need(spec: Option<Self>, cx: &mut Compile<'_>) -> Option<u32> {
        let Self { skill, n, priority } = spec?;
        cx.need("workers.skill", &skill, n.unwrap_or(1), priority)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    #[default]
    None,
    /// Waits for its workers.
    Called,
    Running,
    /// The machine stands still.
    Paused,
}

/// The work in hand.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Job {
    phase: Phase,
    call: Option<u32>,
    key: EventKey,
    ends: SimTime,
    length: SimDuration,
    left: SimDuration,
}

/// The tag of the timer of a [`Job`].
pub(super) const JOB_ENDS: u8 = 0;

impl Job {
    pub(super) const NONE: Self = Self {
        phase: Phase::None,
        call: None,
        key: EventKey::NONE,
        ends: SimTime::ZERO,
        length: SimDuration::ZERO,
        left: SimDuration::ZERO,
    };

    pub(super) fn is_on(&self) -> bool {
        self.phase != Phase::None
    }

    /// Begins work of `length` with the workers of `need`. [`JOB_ENDS`] tells when it is through; [`over`](Self::over)
    /// must be called then.
    pub(super) fn begin(&mut self, cx: &mut Ctx<'_>, need: Option<u32>, length: SimDuration) {
        (self.length, self.left) = (length, length);
        self.man(cx, need);
    }

    fn man(&mut self, cx: &mut Ctx<'_>, need: Option<u32>) {
        match need {
            None => self.run(cx),
            Some(need) => {
                self.phase = Phase::Called;
                self.call = Some(cx.call_crew(need, 0));
                cx.set_activity(0, Activity::WaitingForWorker);
            }
        }
    }

    fn run(&mut self, cx: &mut Ctx<'_>) {
        self.phase = Phase::Running;
        self.ends = cx.now() + self.left;
        cx.set_activity_for(0, Activity::Working, self.left);
        self.key = cx.timer(self.left, JOB_ENDS, 0);
    }

    /// The workers are there.
    pub(super) fn manned(&mut self, cx: &mut Ctx<'_>) {
        if self.phase == Phase::Called {
            self.run(cx);
        }
    }

    /// The machine stands still.
    pub(super) fn stop(&mut self, cx: &mut Ctx<'_>, how: Interrupt) {
        if self.phase == Phase::None {
            return;
        }
        if self.phase == Phase::Running {
            self.left = self.ends - cx.now();
            cx.cancel(&mut self.key);
        }
        if how == Interrupt::Restart {
            self.left = self.length;
        }
        self.phase = Phase::Paused;
        self.let_go(cx);
    }

    /// The machine goes on.
    pub(super) fn go(&mut self, cx: &mut Ctx<'_>, need: Option<u32>) {
        if self.phase == Phase::Paused {
            self.man(cx, need);
        }
    }

    /// The work is through, or given up.
    pub(super) fn over(&mut self, cx: &mut Ctx<'_>) {
        cx.cancel(&mut self.key);
        self.let_go(cx);
        *self = Self::NONE;
    }

    fn let_go(&mut self, cx: &mut Ctx<'_>) {
        if let Some(call) = self.call.take() {
            cx.dismiss_crew(call);
        }
    }
}

/// Time of the operation on `part`: what its route says for here, else `time`; at the pace that has been set.
pub(super) fn time_of(cx: &mut Ctx<'_>, part: PartId, time: &Draw) -> SimDuration {
    let by_route = !part.is_none() && cx.model().does_step(cx.me(), cx.part(part));
    let route = if by_route { cx.step(part).and_then(|step| step.time.as_ref()) } else { None };
    let length = match route {
        Some(route) => cx.draw_with(route, time.stream),
        None => cx.draw(time),
    };
    let pace = cx.pace();
    if pace == 1.0 { length } else { SimDuration::from_seconds(length.seconds() / pace) }
}

/// What a machine without work in hand is shown as.
pub(super) fn show_idle(cx: &mut Ctx<'_>, activity: Activity) {
    let shown = if cx.is_stopped() { cx.stop_activity() } else { activity };
    cx.set_activity(0, shown);
}

/// How many parts go on or off a carrier: a number, or one number for each carrier in turn, over and over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountSpec(pub Vec<u32>);

/// Most parts on one carrier: a bound against typing errors.
const MOST: u32 = 1_000_000;

impl AmountSpec {
    /// What is said in `field`, checked.
    pub(super) fn checked(self, field: &str, cx: &mut Compile<'_>) -> Vec<u32> {
        if self.0.iter().all(|n| *n == 0) || self.0.iter().any(|n| *n > MOST) {
            let message = format!("is from 1 to {MOST} parts; of several, not all are 0");
            cx.error(field, &message);
        }
        self.0
    }
}

impl<'de> Deserialize<'de> for AmountSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = AmountSpec;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number of parts such as 12, or a list of numbers")
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<AmountSpec, E> {
                let n = u32::try_from(n).map_err(|_| E::custom("too many parts"))?;
                Ok(AmountSpec(vec![n]))
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<AmountSpec, E> {
                let n = u64::try_from(n);
                n.map_err(|_| E::custom("an amount is not negative"))
                    .and_then(|n| self.visit_u64(n))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AmountSpec, A::Error> {
                let mut amounts = Vec::new();
                while let Some(n) = seq.next_element()? {
                    amounts.push(n);
                }
                Ok(AmountSpec(amounts))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
