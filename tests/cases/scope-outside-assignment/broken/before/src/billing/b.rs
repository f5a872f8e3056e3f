fn price() {}
