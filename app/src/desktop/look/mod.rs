//! What a plant looks like, without a renderer: forms, places, colours, the eye, and where everything that moves is.
//!
//! | file | idea |
//! |---|---|
//! | `solid` | blocks, rods and balls with a paint |
//! | `forms` | the form of each kind of equipment |
//! | `standing` | where equipment stands, how large it is, what a ray meets |
//! | `goods` | where parts, vehicles, hands and people are at the present of a run |
//! | `arms` | arms, as their joints have them |
//! | `figures` | all that moves as solids |
//! | `marks` | what is drawn beside the plant: sensors, ways of robots, forces |
//! | `activity` | colour, sign and word of what an equipment is doing |
//! | `theme` | colours by day and by night |
//! | `eye` | from where one looks, and what is where on the picture |
//!
//! Nothing here knows Bevy or egui; so the same rules draw the window, the pictures of reports and the boxes that tests look at.

pub mod activity;
pub mod arms;
pub mod eye;
pub mod figures;
pub mod forms;
pub mod goods;
pub mod isolines;
pub mod marks;
pub mod solid;
pub mod standing;
#[cfg(test)]
mod tests;
pub mod theme;

pub use activity::{Sign, activities, activity, is_abnormal, sign, word};
pub use arms::Arm;
pub use eye::{Eye, Frame, Lens, Side};
pub use figures::figures;
pub use forms::{Outline, form};
pub use goods::{Belt, Cart, Dial, Good, Hand, Moving, Person};
pub use marks::{Layer, Marks, Shown};
pub use solid::{Paint, Shape, Solid};
pub use standing::{Place, Standing};
pub use theme::{Ground, Rgb, Theme};
