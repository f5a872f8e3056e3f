package shop;

import static com.google.common.truth.Truth.assertThat;

import java.util.List;
import org.junit.Test;

public final class CartTest {
    @Test
    public void testPrices() {
        List<Integer> prices = Cart.prices();
        assertThat(prices).contains(1);
        assertThat(prices).isEqualTo(List.of(1, 3));
        assertThat(prices).isEqualTo(List.of(1, 3));
        assertThat(prices.isEmpty()).isEqualTo(Boolean.FALSE);
    }
}
