package cart

import "example.com/shop/prices"

func Total() int {
	return prices.Price()
}
