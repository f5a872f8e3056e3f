fn routes() {}
