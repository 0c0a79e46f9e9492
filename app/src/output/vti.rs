//! Fields for other tools: VTK's image data (`.vti`), as `ParaView` and `VisIt` open it.
//!
//! An XML head says how many cells of what size there are and where each array begins; after it come the arrays as they are: a count of
//! bytes (`UInt64`), then little-endian values, x fastest (VTK File Formats, "`ImageData`", appended raw data). All arrays belong to cells.

use std::fmt::Write as _;
use std::io::{self, Write};

use twin::field::Grid;

/// An array with a value, or several, for each cell.
#[derive(Clone, Debug)]
pub struct Array<'a> {
    /// Its name, with its unit.
    pub name: &'a str,
    /// The values.
    pub values: Values<'a>,
}

/// Values of an array.
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// One number for each cell.
    Scalar(&'a [f32]),
    /// Three numbers for each cell.
    Vector([&'a [f32]; 3]),
    /// A small whole number for each cell.
    Mark(&'a [u16]),
}

impl Values<'_> {
    fn kind(&self) -> (&'static str, usize) {
        match self {
            Self::Scalar(_) => ("Float32", 1),
            Self::Vector(_) => ("Float32", 3),
            Self::Mark(_) => ("UInt16", 1),
        }
    }

    /// Bytes that they take; none, if they are not as many as there are cells.
    fn bytes(&self, cells: usize) -> Option<u64> {
        let fits = match self {
            Self::Scalar(values) => values.len() == cells,
            Self::Vector(values) => values.iter().all(|values| values.len() == cells),
            Self::Mark(values) => values.len() == cells,
        };
        let each = match self {
            Self::Scalar(_) => 4,
            Self::Vector(_) => 12,
            Self::Mark(_) => 2,
        };
        fits.then_some(cells as u64 * each)
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Scalar(values) => values.iter().try_for_each(|v| out.write_all(&v.to_le_bytes())),
            Self::Vector([x, y, z]) => x.iter().zip(*y).zip(*z).try_for_each(|((x, y), z)| {
                [x, y, z].iter().try_for_each(|v| out.write_all(&v.to_le_bytes()))
            }),
            Self::Mark(values) => values.iter().try_for_each(|v| out.write_all(&v.to_le_bytes())),
        }
    }
}

/// Writes `arrays` over the cells of `grid` at simulated time `time` (s).
///
/// # Errors
///
/// If an array has not a value for each cell, or `out` refuses.
pub fn write(out: &mut impl Write, grid: &Grid, time: f64, arrays: &[Array<'_>]) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    out.write_all(head(grid, time, arrays)?.as_bytes())?;
    for array in arrays {
        let bytes = array.values.bytes(grid.len()).unwrap_or_default();
        out.write_all(&bytes.to_le_bytes())?;
        array.values.write(&mut out)?;
    }
    out.write_all(b"\n  </AppendedData>\n</VTKFile>\n")?;
    out.flush()
}

fn head(grid: &Grid, time: f64, arrays: &[Array<'_>]) -> io::Result<String> {
    let [nx, ny, nz] = grid.cells;
    let [x, y, z] = grid.origin;
    let cell = grid.cell;
    let extent = format!("0 {nx} 0 {ny} 0 {nz}");
    let mut data = String::new();
    let mut offset = 0;
    for Array { name, values } in arrays {
        let refuse = || io::Error::other(format!("{name} has not a value for each cell"));
        let bytes = values.bytes(grid.len()).ok_or_else(refuse)?;
        let (kind, components) = values.kind();
        // Writing to a string cannot fail.
        let _ = writeln!(
            data,
            "        <DataArray type=\"{kind}\" Name=\"{}\" NumberOfComponents=\"{components}\" format=\"appended\" \
             offset=\"{offset}\"/>",
            escaped(name),
        );
        offset += 8 + bytes;
    }
    Ok(format!(
        "<?xml version=\"1.0\"?>\n\
         <VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n  \
           <ImageData WholeExtent=\"{extent}\" Origin=\"{x} {y} {z}\" Spacing=\"{cell} {cell} {cell}\">\n    \
             <FieldData>\n      \
               <DataArray type=\"Float64\" Name=\"TimeValue\" NumberOfTuples=\"1\" format=\"ascii\">{time}</DataArray>\n    \
             </FieldData>\n    \
             <Piece Extent=\"{extent}\">\n      \
               <CellData>\n{data}      </CellData>\n    \
             </Piece>\n  \
           </ImageData>\n  \
           <AppendedData encoding=\"raw\">\n_"
    ))
}

/// As a value of an attribute of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {

    use super::*;

    fn file() -> Vec<u8> {
        let grid = Grid { cells: [3, 2, 2], cell: 0.5, origin: [1.0, 0.0, -2.5] };
        let warm: Vec<f32> = (0..12).map(|n| 20.5 + n as f32).collect();
        let (u, still) = (vec![0.25; 12], vec![0.0; 12]);
        let marks: Vec<u16> = (0..12).collect();
        let arrays = [
            Array { name: "T <\"°C\">", values: Values::Scalar(&warm) },
            Array { name: "velocity", values: Values::Vector([&u, &still, &still]) },
            Array { name: "body", values: Values::Mark(&marks) },
        ];
        let mut bytes = Vec::new();
        write(&mut bytes, &grid, 12.5, &arrays).unwrap();
        bytes
    }

    /// The value of an attribute, in order of its appearance.
    fn attributes<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
        let begin = format!(" {name}=\"");
        text.split(&begin).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
    }

    #[test]
    fn what_the_head_says_is_where_it_says() {
        let bytes = file();
        let mark = b"<AppendedData encoding=\"raw\">\n_";
        let at = bytes.windows(mark.len()).position(|part| part == mark).unwrap() + mark.len();
        let head = std::str::from_utf8(&bytes[..at]).unwrap();
        assert_eq!(attributes(head, "WholeExtent"), ["0 3 0 2 0 2"]);
        assert_eq!(attributes(head, "Origin"), ["1 0 -2.5"]);
        assert_eq!(attributes(head, "Spacing"), ["0.5 0.5 0.5"]);
        assert_eq!(attributes(head, "Name")[1..], ["T &lt;&quot;°C&quot;>", "velocity", "body"]);
        let block = |n: usize| {
            let offset: usize = attributes(head, "offset")[n].parse().unwrap();
            let (count, rest) = bytes[at + offset..].split_at(8);
            &rest[..u64::from_le_bytes(count.try_into().unwrap()) as usize]
        };
        let floats = |bytes: &[u8]| -> Vec<f32> {
            bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
        };
        assert_eq!(floats(block(0)), (0..12).map(|n| 20.5 + n as f32).collect::<Vec<_>>());
        assert_eq!(floats(block(1))[..6], [0.25, 0.0, 0.0, 0.25, 0.0, 0.0]);
        assert_eq!(block(1).len(), 12 * 12);
        assert_eq!(block(2)[..6], [0, 0, 1, 0, 2, 0]);
        assert!(bytes.ends_with(b"</AppendedData>\n</VTKFile>\n"));
    }

    #[test]
    fn an_array_of_the_wrong_length_is_refused() {
        let grid = Grid { cells: [3, 2, 2], cell: 0.5, origin: [0.0; 3] };
        let arrays = [Array { name: "T", values: Values::Scalar(&[1.0]) }];
        assert!(write(&mut Vec::new(), &grid, 0.0, &arrays).is_err());
    }
}
