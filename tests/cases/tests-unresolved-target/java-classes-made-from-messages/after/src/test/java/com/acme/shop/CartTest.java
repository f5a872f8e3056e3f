package com.acme.shop.functional;

import static org.junit.Assert.assertEquals;

import com.acme.shop.Cart;
import com.acme.shop.Order;
import org.junit.Test;

public class CartTest {
    @Test
    public void total() {
        assertEquals(Order.newBuilder().setTotal(3).build().getTotal(), new Cart().total());
    }
}
