module example.org/shop/fee

go 1.22
