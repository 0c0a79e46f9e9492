//! One Parquet file, row by row.
//!
//! Rows are gathered into groups of [`GROUP`] and written column by column, so that memory stays flat. The same rows give
//! the same bytes.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// Rows in a group.
const GROUP: usize = 1 << 17;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers, or nothing.
    Number,
    /// Yes or no.
    Flag,
    /// Names.
    Text,
}

/// One value.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Integer(i64),
    Number(Option<f64>),
    Flag(bool),
    Text(ByteArray),
}

/// The values of a column in the present group.
#[derive(Debug)]
enum Cells {
    Integer(Vec<i64>),
    /// Values, and for each row whether it has one.
    Number(Vec<f64>, Vec<i16>),
    Flag(Vec<bool>),
    Text(Vec<ByteArray>),
}

/// A table on its way to disk.
pub(super) struct Table {
    writer: SerializedFileWriter<BufWriter<File>>,
    cells: Vec<Cells>,
    rows: usize,
}

impl Table {
    /// Begins the table `name` in `folder`.
    ///
    /// # Errors
    ///
    /// If the file cannot be created.
    pub(super) fn begin(folder: &Path, name: &str, columns: &[(&str, Kind)]) -> io::Result<Self> {
        let file = File::create_new(folder.join(format!("{name}.parquet")))?;
        let fields: Vec<String> = columns.iter().map(|(name, kind)| field(name, *kind)).collect();
        let schema = format!("message {name} {{ {} }}", fields.concat());
        let schema = Arc::new(parse_message_type(&schema).map_err(io_error)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(BufWriter::new(file), schema, Arc::new(properties))
            .map_err(io_error)?;
        let cells = columns.iter().map(|(_, kind)| Cells::of(*kind)).collect();
        Ok(Self { writer, cells, rows: 0 })
    }

    /// Adds a row: one value for each column.
    ///
    /// # Errors
    ///
    /// If the disk does not take a group.
    ///
    /// # Panics
    ///
    /// If a value is not of its column's kind.
    pub(super) fn row(&mut self, row: impl IntoIterator<Item = Cell>) -> io::Result<()> {
        let mut values = row.into_iter();
        for cells in &mut self.cells {
            cells.push(values.next().expect("a row has a value for each column"));
        }
        self.rows += 1;
        if self.rows == GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        write_group(&mut self.writer, &mut self.cells).map_err(io_error)
    }

    /// Writes what is left and the table's end.
    ///
    /// # Errors
    ///
    /// If the disk does not take it.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map(drop).map_err(io_error)
    }
}

fn write_group(
    writer: &mut SerializedFileWriter<BufWriter<File>>,
    cells: &mut [Cells],
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for cells in cells {
        let Some(mut column) = group.next_column()? else { break };
        cells.write(column.untyped())?;
        column.close()?;
    }
    group.close().map(drop)
}

impl Cells {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Integer => Self::Integer(Vec::new()),
            Kind::Number => Self::Number(Vec::new(), Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
        }
    }

    fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Self::Integer(all), Cell::Integer(value)) => all.push(value),
            (Self::Number(all, there), Cell::Number(value)) => {
                // A number that is none is nothing.
                let value = value.filter(|value| value.is_finite());
                there.push(i16::from(value.is_some()));
                all.extend(value);
            }
            (Self::Flag(all), Cell::Flag(value)) => all.push(value),
            (Self::Text(all), Cell::Text(value)) => all.push(value),
            (cells, cell) => unreachable!("{cell:?} in a column of {cells:?}"),
        }
    }

    /// Writes the values, and forgets them.
    fn write(&mut self, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        match (self, column) {
            (Self::Integer(all), ColumnWriter::Int64ColumnWriter(column)) => {
                column.write_batch(all, None, None)?;
                all.clear();
            }
            (Self::Number(all, there), ColumnWriter::DoubleColumnWriter(column)) => {
                column.write_batch(all, Some(there), None)?;
                all.clear();
                there.clear();
            }
            (Self::Flag(all), ColumnWriter::BoolColumnWriter(column)) => {
                column.write_batch(all, None, None)?;
                all.clear();
            }
            (Self::Text(all), ColumnWriter::ByteArrayColumnWriter(column)) => {
                column.write_batch(all, None, None)?;
                all.clear();
            }
            _ => return Err(ParquetError::General("a column is not of its kind".to_owned())),
        }
        Ok(())
    }
}

fn field(name: &str, kind: Kind) -> String {
    match kind {
        Kind::Integer => format!("REQUIRED INT64 {name}; "),
        Kind::Number => format!("OPTIONAL DOUBLE {name}; "),
        Kind::Flag => format!("REQUIRED BOOLEAN {name}; "),
        Kind::Text => format!("REQUIRED BYTE_ARRAY {name} (UTF8); "),
    }
}

fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    fn written(rows: i64) -> (Vec<u8>, SerializedFileReader<File>) {
        let folder = tempfile::tempdir().unwrap();
        let columns = [
            ("n", Kind::Integer),
            ("half", Kind::Number),
            ("even", Kind::Flag),
            ("word", Kind::Text),
        ];
        let mut table = Table::begin(folder.path(), "t", &columns).unwrap();
        for n in 0..rows {
            let half = (n % 3 != 0).then_some(n as f64 / 2.0);
            let row = [
                Cell::Integer(n),
                Cell::Number(half),
                Cell::Flag(n % 2 == 0),
                Cell::Text("x".into()),
            ];
            table.row(row).unwrap();
        }
        table.finish().unwrap();
        let path = folder.path().join("t.parquet");
        let bytes = std::fs::read(&path).unwrap();
        (bytes, SerializedFileReader::new(File::open(path).unwrap()).unwrap())
    }

    #[test]
    fn what_goes_in_comes_out() {
        let n = GROUP as i64 + 5;
        let (_, reader) = written(n);
        assert_eq!(reader.num_row_groups(), 2);
        let mut seen = 0;
        for (k, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let row: Vec<Field> = row.unwrap().get_column_iter().map(|(_, f)| f.clone()).collect();
            let half = if k % 3 == 0 { Field::Null } else { Field::Double(k as f64 / 2.0) };
            let word = Field::Str("x".to_owned());
            assert_eq!(row, [Field::Long(k as i64), half, Field::Bool(k % 2 == 0), word]);
            seen += 1;
        }
        assert_eq!(seen, n);
    }

    #[test]
    fn a_table_without_rows_is_a_table() {
        let (_, reader) = written(0);
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
        assert_eq!(reader.metadata().file_metadata().schema_descr().num_columns(), 4);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(written(1000).0, written(1000).0);
    }

    #[test]
    fn no_number_is_nothing() {
        let mut cells = Cells::of(Kind::Number);
        cells.push(Cell::Number(Some(f64::NAN)));
        assert!(matches!(cells, Cells::Number(all, there) if all.is_empty() && there == [0]));
    }
}
