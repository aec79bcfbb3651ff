// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cloud/housekeeping.h"

#include "model/blocks/blockstore.h"
#include "server/image/imagebases.h"
#include "server/object/objectworks.h"
#include "server/project/projectexpiry.h"

#include <QLoggingCategory>
#include <QtConcurrentRun>

#include <chrono>

namespace nephele {

Q_DECLARE_LOGGING_CATEGORY(cloudLog)

using namespace std::chrono_literals;

Housekeeping::Housekeeping(
    BlockStore &blocks, ImageBases &bases, ObjectWorks &objects, IdentityContext &identity, int everyMs)
    : m_blocks(blocks), m_bases(bases), m_objects(objects), m_identity(identity)
{
    connect(&m_timer, &QTimer::timeout, this, &Housekeeping::round);
    m_timer.start(everyMs > 0 ? std::chrono::milliseconds(everyMs) : 5min);
}

Housekeeping::~Housekeeping()
{
    m_running.waitForFinished();
}

void Housekeeping::round()
{
    if (m_running.isRunning())
        return;
    m_running = QtConcurrent::run([this] {
        const auto report = [](const char *what, const auto &result) {
            if (!result)
                qCWarning(cloudLog, "%s: %s (%s)", what, qUtf8Printable(result.error().message),
                    qUtf8Printable(result.error().detail));
        };
        report("objects whose time has come", m_objects.clean());
        report("collecting bases", m_bases.collect());
        report("collecting blocks", m_blocks.collect());
        report("ending projects", endProjectsPastTheirTime(m_identity));
    });
}

} // namespace nephele
