// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/blocks/mapstore.h"
#include "model/image/basestore.h"
#include "server/image/imagebases.h"

#include <QMutex>
#include <QSet>
#include <QWaitCondition>

namespace nephele {

class ImageWorks;

// Bases as files <base folder>/<map>-<generation>.raw, 0644. One per process, owned by main.
class FileBases final : public ImageBases
{
public:
    explicit FileBases(ImageWorks &works) : m_works(works) { }

    // At start, before anybody asks for a base: removes what dead processes left in the folder. Blocks.
    Result<> recover();

    Result<ImageBase> ensure(qint64 mapNumber, const std::function<bool()> &cancelled) override;
    Result<> collect() override;

private:
    QString pathOf(const BaseRow &base) const;
    Result<std::optional<ImageBase>> find(qint64 mapNumber);
    Result<ImageBase> make(qint64 mapNumber, const std::function<bool()> &cancelled);
    Result<> writeRaw(const ContentMap &map, const QString &path, const std::function<bool()> &cancelled);

    ImageWorks &m_works;
    QMutex m_mutex; // guards m_inMaking
    QWaitCondition m_made;
    QSet<qint64> m_inMaking;
};

} // namespace nephele
