//! Colours of the triangles of a glTF file: that of their material times the mean of those at their corners. Textures are not looked at.

use gltf::accessor::{DataType, Dimensions};

use super::file::{first, items};

/// The colour of each triangle, by the numbers of its corners; sRGB.
///
/// # Errors
///
/// If the colours at the corners are not what the format says.
pub(super) fn of(
    part: &gltf::Primitive<'_>,
    triangles: &[[u32; 3]],
    buffers: &[Vec<u8>],
) -> Result<Vec<[u8; 3]>, String> {
    let [r, g, b, _] = part.material().pbr_metallic_roughness().base_color_factor();
    let Some(corners) = part.get(&gltf::Semantic::Colors(0)) else {
        return Ok(vec![srgb([r, g, b]); triangles.len()]);
    };
    if !matches!(corners.dimensions(), Dimensions::Vec3 | Dimensions::Vec4) {
        return Err("has colours that are no three or four numbers".to_owned());
    }
    let share: fn(&[u8], usize) -> f32 = match corners.data_type() {
        DataType::F32 => |bytes, n| f32::from_le_bytes(first(&bytes[4 * n..])),
        DataType::U8 => |bytes, n| f32::from(bytes[n]) / 255.0,
        DataType::U16 => {
            |bytes, n| f32::from(u16::from_le_bytes(first(&bytes[2 * n..]))) / 65_535.0
        }
        _ => return Err("has colours that are no shares".to_owned()),
    };
    let corners = items(&corners, buffers)?.map(|bytes| [0, 1, 2].map(|n| share(bytes, n)));
    let corners: Vec<[f32; 3]> = corners.collect();
    let at = |n: u32, channel: usize| corners.get(n as usize).map_or(1.0, |rgb| rgb[channel]);
    let mean = |triangle: &[u32; 3], channel: usize| {
        triangle.iter().map(|n| at(*n, channel)).sum::<f32>() / 3.0
    };
    let own =
        |triangle| srgb([r * mean(triangle, 0), g * mean(triangle, 1), b * mean(triangle, 2)]);
    Ok(triangles.iter().map(own).collect())
}

/// From shares of light to what a screen is told (IEC 61966-2-1).
fn srgb(linear: [f32; 3]) -> [u8; 3] {
    linear.map(|share| {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
        let shown = if share <= 0.003_130_8 {
            12.92 * share
        } else {
            1.055 * share.powf(1.0 / 2.4) - 0.055
        };
        (shown * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_are_told_more_than_the_share_of_light() {
        assert_eq!(srgb([0.0, 1.0, 2.0]), [0, 255, 255]);
        assert_eq!(srgb([0.22, 0.002, f32::NAN]), [129, 7, 255]);
    }
}
