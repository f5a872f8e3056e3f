fn step_0(total: u32) -> u32 {
    total
}

fn step_1(total: u32) -> u32 {
    total
}

fn step_2(total: u32) -> u32 {
    total
}

fn step_3(total: u32) -> u32 {
    total
}

fn step_4(total: u32) -> u32 {
    total
}

fn step_5(total: u32) -> u32 {
    total
}

fn step_6(total: u32) -> u32 {
    total
}

fn step_7(total: u32) -> u32 {
    total
}

fn step_8(total: u32) -> u32 {
    total
}

fn step_9(total: u32) -> u32 {
    total
}

fn step_10(total: u32) -> u32 {
    total
}

fn step_11(total: u32) -> u32 {
    total
}

/// Runs.
pub fn run(on: bool) -> u32 {
    let mut total = 0;
    if on {
        total += step_0(total);
        total += step_1(total);
        total += step_2(total);
        total += step_3(total);
        total += step_4(total);
        total += step_5(total);
        total += step_6(total);
        total += step_7(total);
        total += step_8(total);
        total += step_9(total);
        total += step_10(total);
        total += step_11(total);
    }
    total
}
