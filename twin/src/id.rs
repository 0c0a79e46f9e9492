//! Typed dense ids: row numbers of the model's tables.
//!
//! A name is what files and people use; an id is what the engine uses. Ids are only meaningful together with the
//! [`Model`](crate::engine::Model) that gave them out.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id that names nothing.
            pub const NONE: Self = Self(u32::MAX);

            /// Row number in the table that this id belongs to.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of row `index`.
            #[inline]
            pub const fn from_index(index: usize) -> Self {
                Self(index as u32)
            }

            /// Whether this is [`Self::NONE`].
            #[inline]
            pub const fn is_none(self) -> bool {
                self.0 == u32::MAX
            }
        }
    )*};
}

id! {
    /// One piece of equipment of the plant.
    EquipmentId;
    /// One product of the plant.
    ProductId;
    /// One step of a product's route (rows of all products stand in one table).
    StepId;
    /// One connection between two equipments.
    LinkId;
    /// One input of an equipment (inputs of all equipment stand in one table).
    InletId;
    /// One attribute of parts.
    AttributeId;
    /// One named random stream.
    StreamId;
    /// One part in the plant; the slot is reused after the part has left.
    PartId;
    /// One signal that programs set or wait for.
    SignalId;
    /// One pool of workers.
    PoolId;
    /// One shift calendar.
    CalendarId;
}
