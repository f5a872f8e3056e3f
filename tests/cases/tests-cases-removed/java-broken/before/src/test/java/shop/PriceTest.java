package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceTest {
    @ParameterizedTest
    @CsvSource({"1,10", "10,100", "20,180"})
    void prices(int given, int wanted) {
        assertEquals(wanted, Price.of(given));
    }
}
