//! Views: what panels show, worked out from the run and the desk. Plain data; whoever draws it needs nothing else.

pub mod alarms;
pub mod clock;
pub mod courses;
pub mod events;
pub mod field;
pub mod flows;
pub mod gantt;
pub mod ghost;
pub mod inspector;
pub mod kpis;
pub mod labels;
pub mod machines;
pub mod marks;
pub mod plan;
pub mod robot;
pub mod tree;
pub mod versus;

pub use alarms::{Alarm, alarms};
pub use clock::{Clock, clock};
pub use courses::{Course, courses};
pub use events::{Event, events};
pub use field::{FieldView, field};
pub use flows::{Flows, flows};
pub use gantt::{Gantt, gantt};
pub use ghost::{Ghost, ghosts};
pub use inspector::{Inspector, inspector};
pub use kpis::{Tile, kpis};
pub use labels::{Label, Labels, Worst, labels, other_labels, short};
pub use machines::{Bottleneck, Machine, bottleneck, machines, percent};
pub use marks::{MarksView, marks};
pub use plan::{Fields, Going, PlanView, fields, plan};
pub use tree::{Leaf, TreeRow, tree};
pub use versus::{Versus, versus};
