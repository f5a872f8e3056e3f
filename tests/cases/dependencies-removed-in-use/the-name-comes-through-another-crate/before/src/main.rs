use bb8::Pool;
use bb8_redis::RedisConnectionManager;

fn main() {
    let pool: Pool<RedisConnectionManager> = bb8::Pool::builder().build_unchecked(manager());
    run(pool);
}
