//! Colours: what each paint, each activity and each surface of the window looks like, by day and by night.

use twin::engine::Activity;

use super::marks::Tone;
use super::solid::Paint;

/// A colour as it is written in a style sheet.
pub type Rgb = [u8; 3];

/// The themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light, for daylight and for print.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// The colours around the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Behind everything.
    pub sky: Rgb,
    /// The floor of the hall.
    pub floor: Rgb,
    /// Lines every metre.
    pub fine: Rgb,
    /// Lines every ten metres.
    pub coarse: Rgb,
    /// Edges of solids.
    pub edge: Rgb,
    /// Writing.
    pub ink: Rgb,
    /// Writing of less weight.
    pub faint: Rgb,
    /// Panels.
    pub panel: Rgb,
    /// What is selected.
    pub accent: Rgb,
}

/// Colours of products; further ones begin again.
const PRODUCTS: [Rgb; 8] = [
    [74, 126, 176],
    [58, 140, 128],
    [142, 108, 166],
    [184, 142, 84],
    [116, 134, 152],
    [186, 104, 96],
    [104, 148, 84],
    [132, 120, 104],
];

impl Theme {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }

    /// The colours around the plant.
    pub const fn ground(self) -> Ground {
        match self {
            Self::Light => Ground {
                sky: [236, 239, 243],
                floor: [224, 228, 233],
                fine: [200, 206, 213],
                coarse: [168, 176, 187],
                edge: [92, 101, 112],
                ink: [28, 34, 42],
                faint: [96, 106, 118],
                panel: [248, 249, 251],
                accent: [28, 104, 196],
            },
            Self::Dark => Ground {
                sky: [22, 25, 30],
                floor: [34, 38, 45],
                fine: [42, 47, 55],
                coarse: [60, 67, 77],
                edge: [12, 14, 17],
                ink: [228, 232, 238],
                faint: [150, 160, 172],
                panel: [27, 30, 36],
                accent: [88, 158, 244],
            },
        }
    }

    /// The colour of a surface.
    pub fn paint(self, paint: Paint) -> Rgb {
        let (light, dark) = match paint {
            Paint::Body => ([240, 242, 244], [150, 158, 168]),
            Paint::Frame => ([104, 114, 126], [70, 78, 88]),
            Paint::Steel => ([178, 186, 195], [116, 125, 136]),
            Paint::Rubber => ([74, 81, 90], [44, 49, 56]),
            Paint::Glass => ([120, 164, 194], [86, 140, 176]),
            Paint::Mover => ([72, 102, 136], [92, 124, 160]),
            Paint::Mark => ([200, 208, 217], [52, 58, 67]),
            Paint::Cloth => ([64, 92, 124], [92, 122, 156]),
            Paint::Vest => ([206, 214, 62], [196, 204, 66]),
            Paint::Skin => ([216, 180, 152], [196, 160, 132]),
            Paint::Wood => ([202, 178, 142], [150, 128, 98]),
            Paint::Product(n) => {
                let rgb = PRODUCTS[n as usize % PRODUCTS.len()];
                (rgb, rgb)
            }
        };
        if self == Self::Light { light } else { dark }
    }

    /// The colour of what is drawn beside the plant. Blue is well, orange is not: these two nearly everybody tells apart.
    pub const fn tone(self, tone: Tone) -> Rgb {
        let (light, dark) = match tone {
            Tone::Free => ([0, 96, 190], [86, 170, 255]),
            Tone::Broken => ([208, 84, 0], [255, 148, 54]),
            Tone::Ray => ([0, 130, 148], [74, 196, 212]),
            Tone::Reading => ([86, 74, 148], [170, 160, 236]),
            Tone::Past | Tone::Coming => ([150, 40, 130], [232, 126, 212]),
            Tone::Reach => ([0, 122, 94], [78, 196, 160]),
            Tone::Window => ([176, 112, 0], [240, 184, 66]),
            Tone::Near => ([204, 30, 44], [255, 96, 100]),
            Tone::Force => ([170, 30, 60], [255, 120, 140]),
        };
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }

    /// The colour of an activity: calm where all is well, loud where somebody should look.
    pub const fn activity(self, activity: Activity) -> Rgb {
        let (light, dark) = match activity {
            Activity::Working => ([44, 146, 104], [66, 176, 130]),
            Activity::SetUp => ([58, 120, 206], [96, 154, 236]),
            Activity::Starved => ([150, 160, 171], [128, 138, 150]),
            Activity::Blocked => ([222, 154, 0], [240, 180, 40]),
            Activity::Failed => ([208, 46, 56], [240, 82, 88]),
            Activity::Maintained => ([134, 88, 192], [170, 128, 226]),
            Activity::OffShift => ([108, 117, 128], [92, 101, 112]),
            Activity::WaitingForWorker => ([226, 110, 34], [244, 140, 70]),
            Activity::Off => ([76, 84, 94], [66, 73, 82]),
        };
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(rgb: Rgb) -> f64 {
        let linear = rgb.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn writing_can_be_read() {
        for theme in [Theme::Light, Theme::Dark] {
            let ground = theme.ground();
            for (ink, least) in [(ground.ink, 7.0), (ground.faint, 4.5), (ground.accent, 4.5)] {
                let (a, b) = (luminance(ink), luminance(ground.panel));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= least, "{theme:?} {ink:?}: {contrast:.1}");
            }
        }
    }
}
