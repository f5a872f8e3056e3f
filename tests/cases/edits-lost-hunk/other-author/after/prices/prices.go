package prices

// Total adds prices.
func Total(prices []int) int {
	sum := 0
	for _, price := range prices {
		sum += price
	}
	return sum
}

// Label names a price.
func Label(name string) string {
	return name + "."
}
