use bb8_redis::{
    bb8::{self, Pool},
    RedisConnectionManager,
};

fn main() {
    let pool: Pool<RedisConnectionManager> = bb8::Pool::builder().build_unchecked(manager());
    run(pool);
}
