//! Prints a Markdown table whose columns line up.

/// Prints rows under a heading line.
#[expect(clippy::print_stdout, reason = "the outcome of a command")]
pub(crate) fn print(heading: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = heading.iter().map(|cell| cell.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<String>| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} ")).collect();
        println!("|{}|", cells.join("|"));
    };
    line(heading.iter().map(|cell| (*cell).to_owned()).collect());
    println!("|{}|", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
    for row in rows {
        line(row.clone());
    }
}
