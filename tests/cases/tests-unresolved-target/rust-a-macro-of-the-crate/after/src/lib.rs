mod cart;
#[cfg(test)]
mod testutil;
