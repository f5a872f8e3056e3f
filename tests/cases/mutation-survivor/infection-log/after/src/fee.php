<?php

function shipping(int $total): int
{
    return $total >= 5000 ? 0 : 490;
}

function due(int $total): int
{
    return $total + shipping($total);
}
