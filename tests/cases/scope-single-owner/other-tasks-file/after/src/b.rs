fn routes() { a() }
