use std::fs::File;

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;

use super::*;

fn columns() -> Vec<Column> {
    vec![
        Column::i64("time_ns"),
        Column::text("equipment"),
        Column::f64("power_w").optional(),
        Column::bool("working"),
        Column::text("part").optional(),
        Column::i64("order").optional(),
    ]
}

/// Row `k` of a table that has everything in it.
fn row(k: i64) -> [Cell<'static>; 6] {
    [
        (k * 1_000_000_007).into(),
        ["mill", "Fräse 2", "組立"][(k % 3) as usize].into(),
        (k % 5 != 0).then_some(k as f64 / 8.0).into(),
        (k % 2 == 0).into(),
        (k % 4 == 1).then_some("gear").into(),
        (k % 7 == 0).then_some(-k).into(),
    ]
}

fn field(cell: Cell<'_>) -> Field {
    match cell {
        Cell::Empty => Field::Null,
        Cell::I64(value) => Field::Long(value),
        Cell::F64(value) => Field::Double(value),
        Cell::Bool(value) => Field::Bool(value),
        Cell::Text(text) => Field::Str(text.into()),
    }
}

fn write<W: Write + Send>(file: W, rows: i64) -> W {
    let notes = [("genba.schema", "genba.test/1"), ("genba.seed", "7")];
    let mut table = TableWriter::new(file, columns(), &notes).unwrap();
    (0..rows).try_for_each(|k| table.append(&row(k))).unwrap();
    assert_eq!(table.rows(), rows as u64);
    table.finish().unwrap()
}

#[test]
fn what_is_written_reads_back() {
    // Two whole row groups and a part of a third.
    let rows = 2 * ROWS as i64 + 1000;
    let file = write(tempfile::tempfile().unwrap(), rows);
    let reader = SerializedFileReader::new(file).unwrap();
    let metadata = reader.metadata();
    assert_eq!(metadata.num_row_groups(), 3);
    let text = metadata.row_group(0).column(1);
    assert!(text.dictionary_page_offset().is_some(), "text is dictionary-encoded");
    let notes = metadata.file_metadata().key_value_metadata().unwrap();
    assert_eq!((notes[1].key.as_str(), notes[1].value.as_deref()), ("genba.seed", Some("7")));
    let mut k = 0;
    for read in reader.get_row_iter(None).unwrap() {
        let read: Vec<Field> =
            read.unwrap().into_columns().into_iter().map(|(_, field)| field).collect();
        assert_eq!(read, row(k).map(field), "row {k}");
        k += 1;
    }
    assert_eq!(k, rows);
}

#[test]
fn an_empty_table_keeps_its_columns() {
    let reader = SerializedFileReader::new(write(tempfile::tempfile().unwrap(), 0)).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    assert_eq!(reader.metadata().file_metadata().schema_descr().num_columns(), 6);
}

#[test]
fn equal_tables_are_equal_bytes() {
    assert_eq!(write(Vec::new(), 500), write(Vec::new(), 500));
}

#[test]
fn a_wrong_row_is_refused_and_the_table_goes_on() {
    let columns = vec![Column::i64("n"), Column::f64("x_m")];
    let mut table = TableWriter::new(Vec::new(), columns, &[]).unwrap();
    let mut check = |row: &[Cell<'_>], expected: &str| {
        assert_eq!(table.append(row).unwrap_err().to_string(), expected);
    };
    check(&[1.into()], "a row of 1 cells for a table of 2 columns");
    check(&[1.into(), 2.into()], "column `x_m` of F64 cannot hold I64(2)");
    check(&[Cell::Empty, 2.0.into()], "column `n` of I64 cannot hold Empty");
    table.append(&[1.into(), f64::NAN.into()]).unwrap();
    assert_eq!(table.rows(), 1);
    table.finish().unwrap();
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let columns = vec![Column::i64("n"), Column::f64("n")];
    assert!(TableWriter::new(Vec::new(), columns, &[]).is_err());
}

#[test]
fn nan_is_empty_where_that_is_allowed() {
    let mut table = TableWriter::new(
        tempfile::tempfile().unwrap(),
        vec![Column::f64("x_m").optional(), Column::f64("y_m")],
        &[],
    )
    .unwrap();
    table.append(&[f64::NAN.into(), f64::NAN.into()]).unwrap();
    let reader = SerializedFileReader::new(table.finish().unwrap()).unwrap();
    let row = reader.get_row_iter(None).unwrap().next().unwrap().unwrap().into_columns();
    assert_eq!(row[0].1, Field::Null);
    assert!(matches!(row[1].1, Field::Double(y) if y.is_nan()));
}

/// Run by hand to look at the file with another reader; `GENBA_TABLE` says where it goes.
#[test]
#[ignore = "writes a file for a person to open"]
fn sample_for_other_readers() {
    let path = std::env::var("GENBA_TABLE").unwrap();
    write(File::create(path).unwrap(), 70_000);
}
