// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/clock.h"
#include "server/compute/computeservice.h"
#include "server/http/route.h"

#include <QObject>

namespace nephele {

class ImageService;

// The compute API as Synnefo speaks it, below /cyclades/compute (Synnefo, "Compute API Guide"; its code where
// that and clients differ from it). What differs from the OpenStack face in behaviour is decided here: ids
// are numbers, deleted servers are still shown, a wrong state is badRequest and an unfinished build
// buildInProgress, changes-since with nothing new is 304.
// All that is lent here lives in the worker's thread and outlives the table; replies are written in the
// thread of `context`.
RouteTable cycladesComputeRoutes(
    ComputeService &service, ImageService &images, QObject &context, const Clock &clock = Clock::system());

} // namespace nephele
