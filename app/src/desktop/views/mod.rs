//! Views: what panels show, worked out from the run and the desk. Plain data; whoever draws it needs nothing else.

pub mod alarms;
pub mod clock;
pub mod ghost;
pub mod inspector;
pub mod kpis;
pub mod labels;
pub mod machines;
pub mod plan;
pub mod tree;

pub use alarms::{Alarm, alarms};
pub use clock::{Clock, clock};
pub use ghost::{Ghost, ghosts};
pub use inspector::{Inspector, inspector};
pub use kpis::{Tile, kpis};
pub use labels::{Label, Labels, Worst, labels, short};
pub use machines::{Bottleneck, Machine, bottleneck, machines, percent};
pub use plan::{Fields, Going, PlanView, fields, plan};
pub use tree::{Leaf, TreeRow, tree};
