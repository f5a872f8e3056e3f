<?php

function shipping(int $total): int
{
    return $total >= 5000 ? 0 : 490;
}
