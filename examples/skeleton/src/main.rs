//! ${{ values.name }}

fn main() {
    println!("${{ values.name }} is running");
}
