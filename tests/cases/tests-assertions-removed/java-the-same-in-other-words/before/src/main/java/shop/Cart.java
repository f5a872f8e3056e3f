package shop;

import java.util.List;

final class Cart {
    static List<Integer> prices() {
        return List.of(1, 3);
    }
}
