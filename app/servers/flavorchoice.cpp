// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/flavorchoice.h"

#include "app/servers/serverwords.h"
#include "app/widgets/choice.h"
#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"

#include <QButtonGroup>
#include <QLocale>

#include <algorithm>

namespace nephele {

namespace {

constexpr int shownFirst = 6;
constexpr qint64 gibibyte = qint64(1) << 30;

auto sizeOf(const Flavor &flavor)
{
    return std::tuple(flavor.memoryMiB, flavor.vcpus, flavor.diskGiB);
}

bool fits(int used, int more, int limit)
{
    return limit < 0 || used + more <= limit;
}

} // namespace

FlavorChoice::FlavorChoice(QWidget *parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
    , m_column(nullptr)
    , m_all(makeButton({}, ButtonKind::Quiet))
    , m_words(makeParagraph({}, Type::Body, Tone::Muted))
    , m_card(makeGround(Ground::Card))
{
    m_column = makeColumn(m_card);
    m_column->setContentsMargins(metric::gapTiny, metric::gapTiny, metric::gapTiny, metric::gapTiny);
    auto *column = makeColumn(this, 0, metric::gapSmall);
    column->addWidget(m_card);
    column->addWidget(m_words);
    column->addWidget(m_all, 0, Qt::AlignLeft);
    m_all->hide();
    m_words->hide();
    m_card->hide();
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool isOn) {
        if (isOn)
            emit chosenChanged();
    });
    connect(m_group, &QButtonGroup::idClicked, this, [this] { m_isPicked = true; });
    connect(m_all, &QPushButton::clicked, this, [this] {
        m_showsAll = true;
        layOut();
    });
}

void FlavorChoice::setFlavors(const QList<Flavor> &flavors)
{
    const QString before = m_isPicked && chosen() ? chosen()->flavorId : QString();
    qDeleteAll(m_rows);
    m_rows.clear();
    m_flavors = flavors;
    std::stable_sort(m_flavors.begin(), m_flavors.end(),
        [](const Flavor &a, const Flavor &b) { return sizeOf(a) < sizeOf(b); });
    // Of equal sizes the first stays in front, the others go behind the button.
    std::stable_partition(m_flavors.begin(), m_flavors.end(), [this](const Flavor &flavor) {
        const auto first = std::find_if(m_flavors.cbegin(), m_flavors.cend(),
            [&](const Flavor &other) { return sizeOf(other) == sizeOf(flavor); });
        return first->flavorId == flavor.flavorId;
    });
    const QLocale locale;
    int picked = -1;
    for (int i = 0; i < m_flavors.size(); ++i) {
        const Flavor &flavor = m_flavors.at(i);
        auto *row = new ChoiceRow(flavor.name,
            { tr("%1 vCPU").arg(locale.toString(flavor.vcpus)),
                tr("%1 memory").arg(words::memory(flavor.memoryMiB)),
                tr("%1 GB disk").arg(locale.toString(flavor.diskGiB)) });
        m_group->addButton(row, i);
        m_rows.append(row);
        m_column->addWidget(row);
        if (flavor.flavorId == before)
            picked = i;
    }
    layOut();
    m_isPicked = picked >= 0;
    if (m_isPicked)
        m_rows.at(picked)->setChecked(true);
    showWarnings();
}

void FlavorChoice::setFailure(const QString &sentence)
{
    m_words->setText(sentence);
    m_words->setVisible(true);
}

void FlavorChoice::setLimits(const ComputeLimits &limits)
{
    m_limits = limits;
    showWarnings();
}

void FlavorChoice::setImage(const Image &image)
{
    m_image = image;
    showWarnings();
}

QString FlavorChoice::misfit(const Flavor &flavor, const Image &image)
{
    const QLocale locale;
    const qint64 needsGiB =
        qMax<qint64>(image.minDiskGiB, (image.virtualSizeBytes + gibibyte - 1) / gibibyte);
    if (flavor.diskGiB > 0 && needsGiB > flavor.diskGiB)
        return tr("The image needs %1 GB, the flavor has %2 GB. Choose a larger flavor.")
            .arg(locale.toString(needsGiB), locale.toString(flavor.diskGiB));
    if (image.minRamMiB > flavor.memoryMiB)
        return tr("The image needs %1 of memory, the flavor has %2. Choose a larger flavor.")
            .arg(words::memory(image.minRamMiB), words::memory(flavor.memoryMiB));
    return {};
}

void FlavorChoice::showWarnings()
{
    for (int i = 0; i < m_rows.size(); ++i) {
        const Flavor &flavor = m_flavors.at(i);
        const bool isOver = m_limits
            && !(fits(m_limits->serversUsed, 1, m_limits->servers)
                && fits(m_limits->vcpusUsed, flavor.vcpus, m_limits->vcpus)
                && fits(m_limits->memoryMiBUsed, flavor.memoryMiB, m_limits->memoryMiB));
        m_rows.at(i)->setWarning(!misfit(flavor, m_image).isEmpty() ? tr("Too small")
                : isOver                                            ? tr("Over quota")
                                                                    : QString());
    }
    if (!m_isPicked)
        suggest();
}

// The smallest that can carry the image, until somebody picks one.
void FlavorChoice::suggest()
{
    const auto fitting = std::find_if(
        m_rows.cbegin(), m_rows.cend(), [](const ChoiceRow *row) { return row->warning().isEmpty(); });
    if (fitting != m_rows.cend())
        (*fitting)->setChecked(true);
    else if (!m_rows.isEmpty())
        m_rows.constFirst()->setChecked(true);
}

void FlavorChoice::layOut()
{
    const int count = m_showsAll ? int(m_rows.size()) : qMin<int>(shownFirst, int(m_rows.size()));
    for (int i = 0; i < m_rows.size(); ++i)
        m_rows.at(i)->setVisible(i < count);
    m_card->setVisible(!m_rows.isEmpty());
    m_words->setVisible(!m_words->text().isEmpty() && m_rows.isEmpty());
    m_all->setText(tr("Show all %1 flavors").arg(m_rows.size()));
    m_all->setVisible(count < m_rows.size());
}

const Flavor *FlavorChoice::chosen() const
{
    const int id = m_group->checkedId();
    return id >= 0 && id < m_flavors.size() ? &m_flavors.at(id) : nullptr;
}

} // namespace nephele
