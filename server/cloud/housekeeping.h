// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QObject>
#include <QTimer>

namespace nephele {

class BlockStore;
class IdentityContext;
class ImageBases;
class ObjectWorks;

// What a cloud does for itself now and then: blocks and bases nobody needs, objects whose time has come,
// history that is too old, changes older than an hour, servers deleted more than a day ago, projects whose
// end has come. Lives in main's thread; the work runs in the pool, one round at a time.
class Housekeeping : public QObject
{
    Q_OBJECT

public:
    // everyMs: how often; 0: as a cloud needs it.
    Housekeeping(BlockStore &blocks, ImageBases &bases, ObjectWorks &objects, IdentityContext &identity,
        int everyMs = 0);
    // Waits for the round under way.
    ~Housekeeping() override;

private:
    void round();

    BlockStore &m_blocks;
    ImageBases &m_bases;
    ObjectWorks &m_objects;
    IdentityContext &m_identity;
    QTimer m_timer;
    QFuture<void> m_running;
};

} // namespace nephele
