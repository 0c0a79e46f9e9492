//! A tool group as it is written, and its checks.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{MOST_KEYS, NO_SETUP, ToolGroup};
use crate::engine::Compile;
use crate::flow::Rule;
use crate::random::Distribution;
use crate::units::SimDuration;

/// `ToolGroup(tools: 10, rank: [Priority, FewestSetups, Fifo])`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolGroupSpec {
    /// Number of tools. Default 1.
    pub tools: Option<u32>,
    /// Which of the waiting lots goes first: by the first rule, among equals by the second, and so on; in the end by
    /// arrival. `FewestSetups` looks at the tool that is to do the work. Default: by arrival.
    pub rank: Vec<Rule>,
    /// Time of an operation for which the route gives none.
    pub time: Option<Distribution<SimDuration>>,
    /// Time to load a lot, or all lots of a batch.
    pub load: Option<Distribution<SimDuration>>,
    /// Time to unload them.
    pub unload: Option<Distribution<SimDuration>>,
    /// Whether lots are loaded and unloaded while the tool works on others. Default: no, the tool waits meanwhile.
    pub loads_ahead: bool,
    /// Times of set-ups, where the route does not say them.
    pub changeovers: Vec<ChangeoverSpec>,
    /// Lots that are made at least before the next set-up, by set-up.
    pub min_run: BTreeMap<String, u32>,
}

/// A set-up and its time.
#[derive(Debug, Deserialize)]
#[serde(rename = "changeover", deny_unknown_fields)]
pub struct ChangeoverSpec {
    /// From this set-up; without, from any other.
    #[serde(default)]
    pub from: Option<String>,
    /// To this one.
    pub to: String,
    /// How long it takes.
    pub time: Distribution<SimDuration>,
}

/// Most tools of a group: timers carry the tool in 16 bits.
const MOST_TOOLS: u32 = 65_535;

pub(super) fn compile(spec: &ToolGroupSpec, cx: &mut Compile<'_>) -> ToolGroup {
    let n_tools = spec.tools.unwrap_or(1);
    if n_tools == 0 || n_tools > MOST_TOOLS {
        cx.error("tools", "a group has from 1 to 65535 tools");
    }
    check_rank(&spec.rank, cx);
    if spec.time.is_none() {
        cx.needs_step_times();
    }
    let mut rank = spec.rank.split(|rule| *rule == Rule::FewestSetups);
    let ranked = |rules: Option<&[Rule]>| -> Vec<Rule> {
        let rules = rules.unwrap_or_default().iter();
        rules.copied().take_while(|rule| *rule != Rule::Fifo).collect()
    };
    let stream = cx.stream("process");
    let time = spec.time.as_ref().map(|time| (cx.sampler("time", time), time.mean()));
    let mut changeovers = Vec::new();
    for (n, change) in spec.changeovers.iter().enumerate() {
        let field = format!("changeovers[{n}]");
        let from = match &change.from {
            None => Some(NO_SETUP),
            Some(from) => cx.setup(&format!("{field}.from"), from),
        };
        let to = cx.setup(&format!("{field}.to"), &change.to);
        let time = cx.draw(&format!("{field}.time"), &change.time);
        changeovers.extend(from.zip(to).map(|pair| (pair, time)));
    }
    changeovers.sort_by_key(|row| row.0);
    if changeovers.windows(2).any(|rows| rows[0].0 == rows[1].0) {
        cx.error("changeovers", "has two times from one set-up to the same other");
    }
    let mut min_runs = Vec::new();
    for (name, lots) in &spec.min_run {
        min_runs.extend(cx.setup("min_run", name).map(|setup| (setup, *lots)));
    }
    ToolGroup {
        n_tools: n_tools.min(MOST_TOOLS) as u16,
        before: ranked(rank.next()),
        by_setup: spec.rank.contains(&Rule::FewestSetups),
        after: ranked(rank.next()),
        time,
        stream,
        load: spec.load.as_ref().map(|time| cx.draw("load", time)),
        unload: spec.unload.as_ref().map(|time| cx.draw("unload", time)),
        loads_ahead: spec.loads_ahead,
        changeovers,
        min_runs,
    }
}

fn check_rank(rank: &[Rule], cx: &mut Compile<'_>) {
    let fits = |rule: &Rule| {
        *rule == Rule::FewestSetups || rule.is_static() && !rule.needs_time() && *rule != Rule::Lifo
    };
    if let Some(rule) = rank.iter().find(|rule| !fits(rule)) {
        let message = format!("`{rule:?}` cannot rank lots here");
        let hint = "Priority, QueueTime, Edd, Slack, LeastWork, MostWork, MostOperations, \
                    FewestSetups and Fifo can";
        cx.error_with("rank", &message, Some(hint.into()));
    }
    let times = rank.iter().filter(|rule| **rule == Rule::FewestSetups).count();
    let keys = rank.iter().filter(|rule| !matches!(rule, Rule::FewestSetups | Rule::Fifo)).count();
    if times > 1 || keys > MOST_KEYS {
        cx.error("rank", "has `FewestSetups` at most once, and at most three other rules");
    }
}
