package shop.cart;

import shop.prices.Price;

class Cart {
    Price price;
}
