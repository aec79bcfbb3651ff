// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/support/benchprogram.h"

namespace nephele::bench {

// One body of many MiB over plain blocking sockets, so that the client costs little beside the server. Bodies
// of another `seed` share no block of 64 KiB.
struct BigTransfer
{
    QByteArray path; // of the object
    qint64 bytes = 0;
    quint64 seed = 0;
};

struct BigResult
{
    double seconds = 0;
    double cpuSeconds = 0; // of the server
    bool isGood = false; // right status, right length, right bytes where they come back
};

BigResult putBig(const BenchTarget &target, const BigTransfer &transfer);
BigResult getBig(const BenchTarget &target, const BigTransfer &transfer);

// CPU seconds that SHA-256 and MD5 of so many bytes take by themselves.
double hashSeconds(qint64 bytes);

} // namespace nephele::bench
