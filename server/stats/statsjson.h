// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/stats/cloudstats.h"

namespace nephele {

// Every key of the statistics (Synnefo, "Statistics API guide"). Sizes of servers are those of flavors:
// memory in MiB, disk in GiB; free and total of a node's memory and disk are bytes.
QByteArray peopleSummaryJson(const PeopleStats &stats);
QByteArray peopleDetailJson(const PeopleStats &stats);
QByteArray computeSummaryJson(const ComputeStats &stats);
QByteArray computeSimpleJson(const ComputeStats &stats);
// Of a backend, the one there is: without what belongs to none (networks and pools of addresses).
enum class StatsOf { Cloud, Backend };
QByteArray computeDetailJson(const ComputeStats &stats, StatsOf whose);

} // namespace nephele
