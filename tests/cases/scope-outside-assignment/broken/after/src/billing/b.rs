fn price() { 1; }
