//! Result tables as Parquet files, row by row, in flat memory.
//!
//! Text is dictionary-encoded, whole numbers as packed differences (times and ids rise slowly), all of it
//! compressed with Snappy: readable by pyarrow, pandas, polars, `DuckDB` and R without options.

use std::io::Write;
use std::sync::Arc;

use ::parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as PhysicalType};
use ::parquet::data_type::{BoolType, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::table::{Cell, Column, ColumnKind, TableError, Values, Waiting, check_row};

/// Rows in a row group: what is held in memory at most, per table.
const ROWS: usize = 1 << 16;

/// Writes one table to one Parquet file. Without [`TableWriter::finish`] the file is not readable.
pub struct TableWriter<W: Write + Send> {
    columns: Vec<Column>,
    waiting: Vec<Waiting>,
    rows_waiting: usize,
    rows: u64,
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table with these columns. `notes` become the file's key-value metadata in the given order:
    /// schema, plant, seed and whatever else says where the table comes from. Nothing else that varies is written,
    /// so the same rows and notes give the same bytes.
    ///
    /// # Errors
    ///
    /// [`TableError::Write`] where the file cannot be written or the columns are unusable (a name given twice).
    pub fn new(
        file: W,
        columns: Vec<Column>,
        notes: &[(&str, &str)],
    ) -> std::result::Result<Self, TableError> {
        let notes =
            notes.iter().map(|(key, value)| KeyValue::new((*key).into(), (*value).to_owned()));
        let properties = properties(&columns, notes.collect());
        let file = SerializedFileWriter::new(file, schema(&columns)?, Arc::new(properties))?;
        let waiting = columns.iter().map(Waiting::new).collect();
        Ok(Self { columns, waiting, rows_waiting: 0, rows: 0, file })
    }

    /// Appends one row, the cells in the order of the columns.
    ///
    /// # Errors
    ///
    /// [`TableError::RowLength`] and [`TableError::CellKind`] leave the table as it was; after
    /// [`TableError::Write`] it is of no use.
    pub fn append(&mut self, row: &[Cell<'_>]) -> std::result::Result<(), TableError> {
        check_row(&self.columns, row)?;
        for (waiting, cell) in self.waiting.iter_mut().zip(row) {
            waiting.push(*cell);
        }
        self.rows += 1;
        self.rows_waiting += 1;
        if self.rows_waiting == ROWS { Ok(self.write_group()?) } else { Ok(()) }
    }

    /// Number of rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is left and the footer; returns what the table was written to.
    ///
    /// # Errors
    ///
    /// [`TableError::Write`].
    pub fn finish(mut self) -> std::result::Result<W, TableError> {
        if self.rows_waiting > 0 {
            self.write_group()?;
        }
        Ok(self.file.into_inner()?)
    }

    fn write_group(&mut self) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for waiting in &mut self.waiting {
            let mut column = group
                .next_column()?
                .ok_or_else(|| ParquetError::General("fewer columns than declared".into()))?;
            write_column(&mut column, waiting)?;
            column.close()?;
            waiting.clear();
        }
        group.close()?;
        self.rows_waiting = 0;
        Ok(())
    }
}

fn write_column(column: &mut SerializedColumnWriter<'_>, waiting: &Waiting) -> Result<()> {
    let levels = waiting.levels.as_deref();
    match &waiting.values {
        Values::I64(values) => column.typed::<Int64Type>().write_batch(values, levels, None)?,
        Values::F64(values) => column.typed::<DoubleType>().write_batch(values, levels, None)?,
        Values::Bool(values) => column.typed::<BoolType>().write_batch(values, levels, None)?,
        Values::Text { rows, .. } => {
            column.typed::<ByteArrayType>().write_batch(rows, levels, None)?
        }
    };
    Ok(())
}

fn schema(columns: &[Column]) -> Result<TypePtr> {
    for (k, column) in columns.iter().enumerate() {
        if columns[..k].iter().any(|other| other.name == column.name) {
            return Err(ParquetError::General(format!("two columns `{}`", column.name)));
        }
    }
    let fields = columns.iter().map(|column| {
        let (kind, logical) = match column.kind {
            ColumnKind::I64 => (PhysicalType::INT64, None),
            ColumnKind::F64 => (PhysicalType::DOUBLE, None),
            ColumnKind::Bool => (PhysicalType::BOOLEAN, None),
            ColumnKind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let repetition = if column.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let field = Type::primitive_type_builder(&column.name, kind)
            .with_repetition(repetition)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    Type::group_type_builder("table").with_fields(fields).build().map(Arc::new)
}

fn properties(columns: &[Column], notes: Vec<KeyValue>) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("genba ", env!("CARGO_PKG_VERSION")).into())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata((!notes.is_empty()).then_some(notes));
    for column in columns.iter().filter(|column| column.kind == ColumnKind::I64) {
        let path = ColumnPath::from(vec![column.name.clone()]);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

#[cfg(test)]
mod tests;
