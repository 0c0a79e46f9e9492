//! What a result table is made of: columns, the cells of a row, and the rows that wait to be written.

use std::collections::BTreeMap;

use parquet::data_type::ByteArray;
use thiserror::Error;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers: counts, ids, nanoseconds.
    I64,
    /// Measured numbers.
    F64,
    /// Yes or no.
    Bool,
    /// Text with few distinct values, stored once each: names, states.
    Text,
}

/// One column of a result table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name with its unit as suffix where it has one: `lead_time_s`, `power_w`.
    pub name: String,
    /// Type of its cells.
    pub kind: ColumnKind,
    /// Whether a cell may be empty.
    pub optional: bool,
}

impl Column {
    /// A column in which no cell is empty.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind, optional: false }
    }

    /// A column of whole numbers.
    pub fn i64(name: impl Into<String>) -> Self {
        Self::new(name, ColumnKind::I64)
    }

    /// A column of measured numbers.
    pub fn f64(name: impl Into<String>) -> Self {
        Self::new(name, ColumnKind::F64)
    }

    /// A column of yes or no.
    pub fn bool(name: impl Into<String>) -> Self {
        Self::new(name, ColumnKind::Bool)
    }

    /// A column of text.
    pub fn text(name: impl Into<String>) -> Self {
        Self::new(name, ColumnKind::Text)
    }

    /// The same column, in which cells may be empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// One value of a row. `From` turns plain values, and `Option`s of them, into cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing; only in an optional column.
    Empty,
    /// A whole number.
    I64(i64),
    /// A number. NaN in an optional column is stored as empty: there it means that there is no value.
    F64(f64),
    /// Yes or no.
    Bool(bool),
    /// A text.
    Text(&'a str),
}

impl Cell<'_> {
    fn fits(self, column: &Column) -> bool {
        match self {
            Self::Empty => column.optional,
            Self::I64(_) => column.kind == ColumnKind::I64,
            Self::F64(_) => column.kind == ColumnKind::F64,
            Self::Bool(_) => column.kind == ColumnKind::Bool,
            Self::Text(_) => column.kind == ColumnKind::Text,
        }
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::I64(value)
    }
}

impl From<f64> for Cell<'_> {
    fn from(value: f64) -> Self {
        Self::F64(value)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// Why a table could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TableError {
    /// A row has more or fewer cells than the table has columns: a bug of the caller. The row is not taken.
    #[error("a row of {got} cells for a table of {expected} columns")]
    RowLength {
        /// Columns of the table.
        expected: usize,
        /// Cells of the row.
        got: usize,
    },
    /// A cell is of another type than its column, or empty where it must not be: a bug of the caller. The row
    /// is not taken.
    #[error("column `{column}` of {kind:?} cannot hold {cell}")]
    CellKind {
        /// Name of the column.
        column: String,
        /// Type of the column.
        kind: ColumnKind,
        /// The cell.
        cell: String,
    },
    /// The file could not be written; what is there of it is of no use.
    #[error("the table could not be written: {0}")]
    Write(#[from] parquet::errors::ParquetError),
}

/// Values of one column that wait to be written; empty cells leave a 0 in `levels` and no value.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) values: Values,
    /// Parquet's definition levels, one for each row; `None` where the column is not optional.
    pub(super) levels: Option<Vec<i16>>,
}

#[derive(Debug)]
pub(super) enum Values {
    I64(Vec<i64>),
    F64(Vec<f64>),
    Bool(Vec<bool>),
    /// The bytes of equal texts are shared.
    Text {
        rows: Vec<ByteArray>,
        known: BTreeMap<Box<str>, ByteArray>,
    },
}

impl Waiting {
    pub(super) fn new(column: &Column) -> Self {
        let values = match column.kind {
            ColumnKind::I64 => Values::I64(Vec::new()),
            ColumnKind::F64 => Values::F64(Vec::new()),
            ColumnKind::Bool => Values::Bool(Vec::new()),
            ColumnKind::Text => Values::Text { rows: Vec::new(), known: BTreeMap::new() },
        };
        Self { values, levels: column.optional.then(Vec::new) }
    }

    /// Takes in a cell that has passed [`check_row`].
    pub(super) fn push(&mut self, cell: Cell<'_>) {
        let absent = match cell {
            Cell::Empty => true,
            Cell::F64(value) => value.is_nan() && self.levels.is_some(),
            _ => false,
        };
        if let Some(levels) = &mut self.levels {
            levels.push(i16::from(!absent));
        }
        match (&mut self.values, cell) {
            _ if absent => {}
            (Values::I64(values), Cell::I64(value)) => values.push(value),
            (Values::F64(values), Cell::F64(value)) => values.push(value),
            (Values::Bool(values), Cell::Bool(value)) => values.push(value),
            (Values::Text { rows, known }, Cell::Text(text)) => rows.push(shared(known, text)),
            _ => debug_assert!(false, "the row has been checked"),
        }
    }

    pub(super) fn clear(&mut self) {
        match &mut self.values {
            Values::I64(values) => values.clear(),
            Values::F64(values) => values.clear(),
            Values::Bool(values) => values.clear(),
            // What is known is forgotten too: memory must not grow with the number of distinct texts.
            Values::Text { rows, known } => {
                rows.clear();
                known.clear();
            }
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
    }
}

fn shared(known: &mut BTreeMap<Box<str>, ByteArray>, text: &str) -> ByteArray {
    if let Some(bytes) = known.get(text) {
        return bytes.clone();
    }
    let bytes = ByteArray::from(text.as_bytes().to_vec());
    known.insert(text.into(), bytes.clone());
    bytes
}

/// Whether `row` fits `columns`, cell by cell.
pub(super) fn check_row(columns: &[Column], row: &[Cell<'_>]) -> Result<(), TableError> {
    if columns.len() != row.len() {
        return Err(TableError::RowLength { expected: columns.len(), got: row.len() });
    }
    match columns.iter().zip(row).find(|(column, cell)| !cell.fits(column)) {
        None => Ok(()),
        Some((column, cell)) => Err(TableError::CellKind {
            column: column.name.clone(),
            kind: column.kind,
            cell: format!("{cell:?}"),
        }),
    }
}
